import { cleanup } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// No test sees what an earlier one rendered, called, or stored.
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
  localStorage.clear();
  sessionStorage.clear();
});
