// Suggests the closest known word for an unknown setting, option or command.
import leven from 'leven';

/** @returns the end of a sentence about an unknown word: a suggestion, or all known words */
export function meant(given: string, words: readonly string[]): string {
  const near = nearest(given, words);
  return near === undefined ? `allowed: ${words.join(', ')}` : `did you mean ${near}?`;
}

/** @returns undefined when a guess would only confuse */
export function nearest(given: string, words: readonly string[]): string | undefined {
  const plain = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, ''); // keep-latest and keep_latest are keepLatest
  const distances = words.map((word) => {
    const [a, b] = [plain(given).slice(0, 100), plain(word)];
    return { word, share: leven(a, b) / Math.max(a.length, b.length, 1) };
  });
  // Two letters in five: `min-age` still finds minAgeDays, `keep` finds nothing.
  return distances.filter(({ share }) => share <= 0.4).sort((a, b) => a.share - b.share)[0]?.word;
}
