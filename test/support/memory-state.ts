// A state that lives as long as the test: the same promises as a folder's or a bucket's, without their cost.
import type { Kept, State } from '../../shared/state/state.ts';

export class MemoryState implements State {
  readonly where = 's3://state';
  readonly texts = new Map<string, Kept>();
  #writes = 0;

  get(key: string): Promise<Kept | undefined> {
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
