// What the texts of this folder share.
import type { Problem } from '../../domain/problem.ts';
import { clip, formatCount, toSentence } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import type { HistoryScope } from './model.ts';

/** `account 123456789012, eu-west-1, as s3://bucket/prefix tells` */
export function sceneOf({ target, where }: HistoryScope): string {
  return `account ${target.account}, ${target.region}, as ${where} tells`;
}

export function troubleLines({ operation, reason, remedy }: Problem, width: number): string[] {
  return [
    ...wrap(toSentence(clip(`${operation} failed: ${reason}`, 500)), { width }),
    ...wrap(toSentence(clip(remedy, 500)), { width, first: '  ' }),
  ];
}

/** `12 minutes` */
export function lasted(from: number, upto: number): string {
  const minutes = Math.round((upto - from) / 60_000);
  return minutes < 1 ? 'less than a minute' : formatCount(minutes, 'minute');
}

export function joined(sections: readonly (readonly string[])[]): string {
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${texts.join('\n\n')}\n`;
}
