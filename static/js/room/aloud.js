/** Reading aloud with the browser's own Chinese voice, where it has one. */

const speech = globalThis.speechSynthesis;
const isChinese = ({ lang }) => /^(zh|cmn)\b/i.test(lang.replace("_", "-"));
const PATIENCE = 3_000;

const voiceNow = () => speech?.getVoices().find(isChinese) ?? null;

/**
 * The voice, as soon as the browser has told its voices; null where it has no Chinese one.
 * @returns {Promise<SpeechSynthesisVoice | null>}
 */
export function chineseVoice() {
  if (!speech || voiceNow()) return Promise.resolve(voiceNow());
  return new Promise((found) => {
    const look = () => found(voiceNow());
    speech.addEventListener?.("voiceschanged", look, { once: true });
    setTimeout(look, PATIENCE);
  });
}

/** Sentences: browsers fall silent in the middle of a long text. */
const sentences = (words) => words.match(/[^。！？；!?\n]+[。！？；!?\n]*/g) ?? [];

/**
 * Read this, and nothing else any more.
 * @param {string} words
 * @param {SpeechSynthesisVoice} voice
 * @param {() => void} ended called once, at the end or when it is stopped
 */
export function read(words, voice, ended) {
  stop();
  const spoken = sentences(words).map((sentence) => {
    const one = new SpeechSynthesisUtterance(sentence);
    return Object.assign(one, { voice, lang: voice.lang, rate: 0.9 });
  });
  if (!spoken.length) {
    ended();
    return;
  }
  spoken[spoken.length - 1].onend = ended;
  for (const one of spoken) {
    one.onerror = ended;
    speech.speak(one);
  }
}

export const stop = () => speech?.cancel();

addEventListener("pagehide", stop);
