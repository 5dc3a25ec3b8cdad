// What the texts of this folder share.
import { clip, counted, sentence } from '../wording.ts';
import { wrap } from '../wrap.ts';
import type { Scene, Trouble } from './model.ts';

/** `account 123456789012, eu-west-1, as s3://bucket/prefix tells` */
export function sceneOf({ target, where }: Scene): string {
  return `account ${target.account}, ${target.region}, as ${where} tells`;
}

export function troubleLines({ doing, said, next }: Trouble, width: number): string[] {
  return [
    ...wrap(sentence(clip(`${doing} failed: ${said}`, 500)), { width }),
    ...wrap(sentence(clip(next, 500)), { width, first: '  ' }),
  ];
}

/** `12 minutes` */
export function lasted(from: number, upto: number): string {
  const minutes = Math.round((upto - from) / 60_000);
  return minutes < 1 ? 'less than a minute' : counted(minutes, 'minute');
}

export function joined(sections: readonly (readonly string[])[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}
