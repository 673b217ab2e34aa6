import { expect, test } from 'vitest';
import { countPlaywright, countVitest, unsteadyJourneys, withExitCode } from '../.commands/test-all.js';

const file = (status: string, tests: number) => ({
	status,
	assertionResults: Array.from({ length: tests }, () => ({})),
});
const spec = (status: string, title = '') => ({ title, tests: [{ status }] });

test('units are counted by test, and a file that could not be loaded is one failure', () => {
	const report = {
		numPassedTests: 7,
		numFailedTests: 2,
		testResults: [file('passed', 7), file('failed', 2), file('failed', 0)],
	};
	expect(countVitest(report)).toEqual({ passed: 7, failed: 3 });
});

test('a journey that never ran is not passed; one that passed when it was repeated is, and is named', () => {
	const report = {
		stats: { expected: 4, unexpected: 1, flaky: 1 },
		errors: [],
		suites: [
			{ specs: [spec('skipped')], suites: [{ specs: [spec('skipped'), spec('expected'), spec('flaky', 'two tabs')] }] },
		],
	};
	expect(countPlaywright(report)).toEqual({ passed: 5, failed: 3 });
	expect(unsteadyJourneys(report.suites)).toEqual(['two tabs']);
});

test('an error outside all journeys is a failure', () => {
	expect(countPlaywright({ stats: { expected: 1, unexpected: 0, flaky: 0 }, errors: [{}], suites: [] })).toEqual({
		passed: 1,
		failed: 1,
	});
});

test('a runner that crashed is a failure even if its report is clean or missing', () => {
	expect(withExitCode('vitest', { passed: 3, failed: 0 }, 1)).toEqual({ passed: 3, failed: 1 });
	expect(withExitCode('vitest', { passed: 3, failed: 2 }, 1)).toEqual({ passed: 3, failed: 2 });
	expect(withExitCode('playwright', undefined, 127)).toEqual({ passed: 0, failed: 1 });
	expect(withExitCode('vitest', { passed: 3, failed: 0 }, 0)).toEqual({ passed: 3, failed: 0 });
});
