import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, settingNames } from './config.ts';

describe('readConfig', () => {
  it('has a working default for every setting', () => {
    const config = readConfig({});
    expect(config.port).toBe(3000);
    expect(config.kurentoUrl).toBeNull();
    expect(config.recordingsUri).toBe(`file://${config.recordingsDir}`);
  });

  it('takes an empty string for a setting that is not set', () => {
    expect(readConfig({ PORT: '', KURENTO_URL: '' }).port).toBe(3000);
  });

  it('names all faults at once', () => {
    const read = () => readConfig({ PORT: 'eighty', KURENTO_URL: 'http://example.org', MAX_VIDEO_KBPS: '1' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[\s\S]*KURENTO_URL[\s\S]*MAX_VIDEO_KBPS/);
  });

  it('refuses half a port range', () => {
    expect(() => readConfig({ EMBEDDED_MIN_PORT: '40000' })).toThrow(/both/);
    expect(() => readConfig({ EMBEDDED_MIN_PORT: '40001', EMBEDDED_MAX_PORT: '40000' })).toThrow(/greater/);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  it('knows the settings that .env.example lists, and no others', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const listed = [...example.matchAll(/^# ([A-Z][A-Z_]+)=/gm)].map((match) => match[1]);
    expect(new Set(listed)).toEqual(new Set(settingNames));
  });
});
