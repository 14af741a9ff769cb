import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// What one test rendered, called, or left in the browser's storage, is not there for the next one.
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
  localStorage.clear();
  sessionStorage.clear();
});
