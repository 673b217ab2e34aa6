import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { Device } from './device.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const sizes = [
	{ width: 1280, height: 800 },
	{ width: 390, height: 844 },
];

/** What axe finds on what the page shows now, one finding a line, so that the report can be read. */
export async function look(page: Page, where: string): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page })
		.withTags(tags)
		// Experimental, and takes a row's preview, which readers are spared, for a part of its label.
		.disableRules('label-content-name-mismatch')
		.setLegacyMode(true)
		.analyze();
	const findings: string[] = [];
	for (const { id, nodes } of violations) {
		const found: string[] = [];
		for (const { html, target } of nodes)
			if (id !== 'target-size' || !(await isLargeInView(page, String(target[0])))) found.push(html.slice(0, 160));
		if (found.length > 0) findings.push(`${where}: ${id}: ${found.join(' | ')}`);
	}
	return findings;
}

/** A target that the edge of its pane cuts is small until one scrolls; whether it is large enough then. */
async function isLargeInView(page: Page, target: string): Promise<boolean> {
	await page.locator(target).evaluate((element) => element.scrollIntoView({ block: 'center' }));
	const { violations } = await new AxeBuilder({ page })
		.include(target)
		.withRules(['target-size'])
		.setLegacyMode(true)
		.analyze();
	return violations.length === 0;
}

/** The same of what the device shows, on the desktop and on the phone. */
export async function axeFindings({ page }: Device, where: string): Promise<string[]> {
	const before = page.viewportSize();
	const findings: string[] = [];
	for (const size of sizes) {
		await page.setViewportSize(size);
		findings.push(...(await look(page, `${where}, ${size.width}`)));
		if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
			findings.push(`${where}, ${size.width}: wider than the window`);
	}
	if (before !== null) await page.setViewportSize(before);
	return findings;
}
