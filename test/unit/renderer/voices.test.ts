import { describe, expect, it } from 'vitest';
import { localVoice } from '../../../src/renderer/station/voices.ts';

const voice = (lang: string, localService: boolean, isDefault = false) => ({ lang, localService, default: isDefault });

describe('the voice that says serials aloud', () => {
  it('is never a remote one', () => {
    expect(localVoice([voice('de-DE', false, true)], 'de')).toBeNull();
    const own = voice('de-AT', true);
    expect(localVoice([voice('de-DE', false, true), own], 'de')).toBe(own);
  });

  it('speaks the language, the default of the system first', () => {
    const [english, chinese, usual] = [voice('en-GB', true), voice('zh_CN', true), voice('en-US', true, true)];
    expect(localVoice([english, chinese, usual], 'en')).toBe(usual);
    expect(localVoice([english, chinese, usual], 'zh')).toBe(chinese);
    expect(localVoice([english, chinese, usual], 'nl')).toBeNull();
    expect(localVoice([], 'en')).toBeNull();
  });
});
