// How many registrations a second others make, as far as the last looks at families tell.
import { expect, test } from 'vitest';
import { Registrations } from '../../shared/run/registrations.ts';
import { TestClock } from '../support/clock.ts';

const web = (number: number) => ({ family: 'web', number });

test('a family that does not grow tells of none, nor does one that was not known', () => {
  const clock = new TestClock();
  const registrations = new Registrations(clock, new Map([['web', 9]]), clock.now());
  clock.advance(10_000);
  expect(registrations.see(web(9))).toBe(0);
  expect(registrations.see({ family: 'api', number: 40 })).toBe(0);
});

test('a family that grew is counted over the time since the look before', () => {
  const clock = new TestClock();
  const registrations = new Registrations(clock, new Map([['web', 9]]), clock.now());
  clock.advance(10_000);
  expect(registrations.see(web(14))).toBe(0.5);
  clock.advance(4_000);
  expect(registrations.see(web(15))).toBe(0.25);
  clock.advance(4_000);
  expect(registrations.see(web(15))).toBe(0);
});

test('several families add up, until one was not looked at for five minutes', () => {
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

test('a newest that was deregistered is no registration, and no less than none', () => {
  const clock = new TestClock();
  const registrations = new Registrations(clock, new Map([['web', 9]]), clock.now());
  clock.advance(1_000);
  expect(registrations.see(web(7))).toBe(0);
  clock.advance(1_000);
  expect(registrations.see(web(9))).toBe(0);
});

test('two looks at one moment divide by no less than a second', () => {
  const clock = new TestClock();
  const registrations = new Registrations(clock, new Map([['web', 9]]), clock.now());
  expect(registrations.see(web(10))).toBe(1);
});
