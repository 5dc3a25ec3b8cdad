// The rate of registrations by other callers, estimated from the newest revisions that the final checks report.
import { expect, test } from 'vitest';
import { Registrations } from '../../shared/run/registrations.ts';
import { TestClock } from '../support/clock.ts';

const web = (number: number) => ({ family: 'web', number });

test('is 0 for an unchanged family and for an unknown one', () => {
  const clock = new TestClock();
  const registrations = new Registrations(clock, new Map([['web', 9]]), clock.now());
  clock.advance(10_000);
  expect(registrations.see(web(9))).toBe(0);
  expect(registrations.see({ family: 'api', number: 40 })).toBe(0);
});

test('is measured over the time since the previous check of the family', () => {
  const clock = new TestClock();
  const registrations = new Registrations(clock, new Map([['web', 9]]), clock.now());
  clock.advance(10_000);
  expect(registrations.see(web(14))).toBe(0.5);
  clock.advance(4_000);
  expect(registrations.see(web(15))).toBe(0.25);
  clock.advance(4_000);
  expect(registrations.see(web(15))).toBe(0);
});

test('is the sum of the families checked in the last five minutes', () => {
  const clock = new TestClock();
  const registrations = new Registrations(
    clock,
    new Map([
      ['web', 9],
      ['api', 3],
    ]),
    clock.now(),
  );
  clock.advance(10_000);
  registrations.see(web(14));
  expect(registrations.see({ family: 'api', number: 13 })).toBe(1.5);
  clock.advance(300_001);
  expect(registrations.see(web(14))).toBe(0);
});

test('is 0 when the newest revision was deregistered', () => {
  const clock = new TestClock();
  const registrations = new Registrations(clock, new Map([['web', 9]]), clock.now());
  clock.advance(1_000);
  expect(registrations.see(web(7))).toBe(0);
  clock.advance(1_000);
  expect(registrations.see(web(9))).toBe(0);
});

test('is measured over at least one second', () => {
  const clock = new TestClock();
  const registrations = new Registrations(clock, new Map([['web', 9]]), clock.now());
  expect(registrations.see(web(10))).toBe(1);
});
