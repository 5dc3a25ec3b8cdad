// A state store in memory, with the guarantees of a folder or a bucket.
import type { StoredText, StateStore } from '../../shared/state/store.ts';

export class MemoryState implements StateStore {
  readonly where = 's3://state';
  readonly texts = new Map<string, StoredText>();
  #writes = 0;

  get(key: string): Promise<StoredText | undefined> {
    return Promise.resolve(this.texts.get(key));
  }

  put(key: string, body: string, over: 'absent' | { readonly tag: string }): Promise<'written' | 'changed'> {
    const there = this.texts.get(key);
    if (there?.tag !== (over === 'absent' ? undefined : over.tag)) return Promise.resolve('changed');
    this.texts.set(key, { body, tag: `"${++this.#writes}"` });
    return Promise.resolve('written');
  }

  list(prefix: string): Promise<string[]> {
    return Promise.resolve([...this.texts.keys()].filter((key) => key.startsWith(prefix)).sort());
  }
}
