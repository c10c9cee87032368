import { readFileSync } from 'node:fs';
import { loadSettings, settingHelp, SettingsError } from './settings.js';

describe('settings', () => {
  it('start with nothing set', () => {
    const settings = loadSettings({});
    expect(settings.port).toBe(3000);
    expect(settings.databaseUrl).toBeUndefined();
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('treat an empty variable as not set', () => {
    expect(loadSettings({ PORT: '', REDIS_URL: '' }).port).toBe(3000);
  });

  it('name every bad variable and never print its value', () => {
    const load = () => loadSettings({ PORT: 'eighty', DATABASE_URL: 'mysql://root:s3cret@db/x' });
    expect(load).toThrow(SettingsError);
    expect(load).toThrow(/PORT.*\n.*DATABASE_URL/s);
    expect(load).not.toThrow(/s3cret/);
  });

  it('refuse production without a secret key', () => {
    expect(() => loadSettings({ NODE_ENV: 'production' })).toThrow(/SECRET_KEY/);
  });

  it('are all listed in .env.example, and nothing else is', () => {
    const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');
    const listed = [...example.matchAll(/^#? ?([A-Z_]+)=/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual(Object.keys(settingHelp).sort());
  });
});
