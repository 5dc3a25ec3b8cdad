// Reads a zip's directory: what is in it, and how large. Forty lines instead of a dependency for one test.
const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

export function entriesOf(zip: Buffer): { name: string; bytes: number }[] {
  // The end record is 22 bytes long when there is no comment, as here.
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== endOfDirectory) throw new Error('no zip, or one with a comment');
  const entries = [];
  for (let at = zip.readUInt32LE(end + 16); at < end;) {
    if (zip.readUInt32LE(at) !== directoryEntry) throw new Error(`no directory entry at ${at}`);
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    if (name === undefined || extra === undefined || comment === undefined) throw new Error('cut off');
    entries.push({
      name: zip.toString('utf8', at + 46, at + 46 + name),
      bytes: zip.readUInt32LE(at + 24),
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}
