// Runs every test and ends with one line, "N passed, N failed", over both runners.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runPackage } from './machine.js';

/** Runs both runners, also when the first one failed, and sums up what their reports say. */
export async function testAll(args) {
	const folder = mkdtempSync(join(tmpdir(), 'tresen-test-'));
	try {
		const unitReport = join(folder, 'vitest.json');
		const unitCode = await runPackage('vitest', [
			...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`],
			...args,
		]);
		const journeyReport = join(folder, 'playwright.json');
		const journeyCode = await runPackage(
			'@playwright/test',
			// On a loaded machine a browser may miss a key: a second try, and the summary names it.
			['test', '--config', 'tests/journeys/playwright.config.ts', '--retries=1', '--reporter=list,json'],
			{ env: { PLAYWRIGHT_JSON_OUTPUT_FILE: journeyReport } },
		);
		const counts = [
			withExitCode('vitest', countVitest(readReport(unitReport)), unitCode),
			withExitCode('playwright', countPlaywright(readReport(journeyReport)), journeyCode),
		];
		const passed = counts.reduce((sum, count) => sum + count.passed, 0);
		const failed = counts.reduce((sum, count) => sum + count.failed, 0);
		for (const title of unsteadyJourneys(readReport(journeyReport)?.suites ?? []))
			console.log(`\nUnsteady, it passed when it was repeated: ${title}`);
		console.log(`\n${passed} passed, ${failed} failed`);
		return failed === 0 && passed > 0 ? 0 : 1;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A file that could not even be loaded has no tests in the report and counts as one failure. */
export function countVitest(report) {
	if (!report) return undefined;
	const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
	return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
}

/** What did not run to its end is not passed. What passed when it was repeated is, and is named: it wants to be looked at. */
export function countPlaywright(report) {
	if (!report) return undefined;
	const { expected, unexpected, flaky } = report.stats;
	const stopped = countStopped(report.suites);
	return { passed: expected + flaky, failed: unexpected + stopped + report.errors.length };
}

/** The titles of the journeys that passed at the second try only. */
export function unsteadyJourneys(suites) {
	return suites.flatMap((suite) => [
		...unsteadyJourneys(suite.suites ?? []),
		...(suite.specs ?? [])
			.filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
			.map(({ title }) => title),
	]);
}

/** Tests that never ran because something before them failed stand in the report as skipped. */
function countStopped(suites) {
	return suites.reduce(
		(sum, suite) =>
			sum +
			countStopped(suite.suites ?? []) +
			(suite.specs ?? []).filter((spec) => spec.tests.some((test) => test.status === 'skipped')).length,
		0,
	);
}

/** A runner that ended badly without a failed test (a crash, an unhandled error) counts as one failure. */
export function withExitCode(runner, count, code) {
	if (!count) {
		console.error(`\n${runner} ended with code ${code} and wrote no report.`);
		return { passed: 0, failed: 1 };
	}
	if (code !== 0 && count.failed === 0) {
		console.error(`\n${runner} ended with code ${code} although no test failed; the reason stands above.`);
		return { ...count, failed: 1 };
	}
	return count;
}

function readReport(file) {
	try {
		return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
	} catch {
		return undefined;
	}
}
