// Text parts that the three histories share.
import type { Problem } from '../../domain/problem.ts';
import { clip, formatCount, toSentence } from '../text/wording.ts';
import { wrap } from '../text/wrap.ts';
import type { HistoryScope } from './model.ts';

/** `account 123456789012, eu-west-1, according to s3://bucket/prefix` */
export function describeScope({ target, where }: HistoryScope): string {
  return `account ${target.account}, ${target.region}, according to ${where}`;
}

export function printProblem({ operation, reason, remedy }: Problem, width: number): string[] {
  return [
    ...wrap(toSentence(clip(`${operation} failed: ${reason}`, 500)), { width }),
    ...wrap(toSentence(clip(remedy, 500)), { width, first: '  ' }),
  ];
}

/** `12 minutes` */
export function describeDuration(from: number, upto: number): string {
  const minutes = Math.round((upto - from) / 60_000);
  return minutes < 1 ? 'less than a minute' : formatCount(minutes, 'minute');
}
