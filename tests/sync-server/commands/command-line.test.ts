import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../../sync-server/commands/command-line.ts';
import { configCommand } from '../../../sync-server/commands/config.ts';
import { readConfig } from '../../../sync-server/config.ts';
import { emptyFolder } from '../running-relay.ts';
import { runCommand } from './run-command.ts';

function configured(
	{ flags = {}, environment = {}, file }: { flags?: object; environment?: object; file?: unknown },
	data = emptyFolder(),
) {
	if (file !== undefined)
		writeFileSync(join(data, 'config.json'), typeof file === 'string' ? file : JSON.stringify(file));
	return readConfig({ data, ...flags }, { ...environment });
}

describe('configuration', () => {
	test('a flag counts more than the environment, that more than the file, that more than the default', () => {
		const file = { listen: '127.0.0.1:3', logLevel: 'error', trustProxy: true };
		const environment = { TRESEN_LISTEN: '127.0.0.1:2', TRESEN_LOG_LEVEL: 'warn' };
		expect(configured({ flags: { listen: '127.0.0.1:1' }, environment, file })).toMatchObject({
			kind: 'ok',
			config: { listen: '127.0.0.1:1', logLevel: 'warn', trustProxy: true, publicUrl: '' },
			origins: { listen: 'flag', logLevel: 'environment', trustProxy: 'file', publicUrl: 'default' },
		});
	});

	test('a value may stand in a file that the environment names', () => {
		const path = join(emptyFolder(), 'url');
		writeFileSync(path, 'https://desk.example.org/\n');
		expect(configured({ environment: { TRESEN_PUBLIC_URL_FILE: path } })).toMatchObject({
			config: { publicUrl: 'https://desk.example.org' },
		});
		const both = { TRESEN_PUBLIC_URL_FILE: path, TRESEN_PUBLIC_URL: 'https://other.example' };
		expect(configured({ environment: both }).kind).toBe('refused');
		expect(configured({ environment: { TRESEN_LISTEN_FILE: '/nowhere' } }).kind).toBe('refused');
	});

	test('an unknown name is an error with a suggestion', () => {
		expect(configured({ environment: { TRESEN_PUBLIC_URI: 'x' } })).toEqual({
			kind: 'refused',
			problems: [{ key: 'TRESEN_PUBLIC_URI', message: 'is unknown; did you mean TRESEN_PUBLIC_URL?' }],
		});
		const reading = configured({ file: { pubicUrl: 'https://x.example' } });
		expect(reading.kind === 'refused' && reading.problems[0]?.message).toBe('is unknown; did you mean publicUrl?');
	});

	test('values that cannot be are errors that say what can', () => {
		for (const [flags, message] of [
			[{ listen: 'everywhere' }, /host:port/],
			[{ listen: '127.0.0.1:99999' }, /host:port/],
			[{ publicUrl: 'desk.example' }, /https:\/\//],
			[{ publicUrl: 'https://example.org/desk' }, /cannot live in a subfolder/],
			[{ trustProxy: 'maybe' }, /true, yes, on/],
			[{ logLevel: 'loud' }, /silent, error/],
			[{ blobQuota: 'much' }, /50G/],
		] as const) {
			const reading = configured({ flags });
			expect(reading.kind === 'refused' && reading.problems[0]?.message).toMatch(message);
		}
		for (const file of ['{', '[]', { listen: { host: 'x' } }]) expect(configured({ file }).kind).toBe('refused');
	});

	test('sizes and truths have their usual spellings', () => {
		expect(configured({ flags: { blobQuota: '1.5G', trustProxy: 'yes' } })).toMatchObject({
			config: { blobQuota: 1.5 * 1024 ** 3, trustProxy: true },
		});
		expect(configured({ flags: { blobQuota: '10', trustProxy: '0', listen: '[::1]:80' } })).toMatchObject({
			config: { blobQuota: 10, trustProxy: false, listen: '[::1]:80' },
		});
	});

	test('config --print says of each value where it came from', async () => {
		const data = emptyFolder();
		const { printed } = await runCommand(configCommand, data, ['--print', '--trust-proxy']);
		expect(printed.join('\n')).toMatch(/trustProxy = true\n\s+from the flag; --trust-proxy or TRESEN_TRUST_PROXY/);
		expect((await runCommand(configCommand, data, ['--check'])).code).toBe(0);
		expect((await runCommand(configCommand, data, [])).code).toBe(2);
	});
});

describe('the command line', () => {
	const shape = { values: ['agent'], repeated: ['line'], switches: ['json'], words: { most: 1 } };

	test('takes flags with values in both spellings, switches, words and the configuration', () => {
		const reading = readCommandLine(
			['--agent=a@x', '--line', 'a', 'word', '--line=b', '--json', '--data', '/d'],
			shape,
		);
		if (reading.kind === 'refused') throw new Error(reading.problems.join());
		const { line } = reading;
		expect([line.value('agent'), line.values('line'), line.has('json'), line.words, line.config]).toEqual([
			'a@x',
			['a', 'b'],
			true,
			['word'],
			{ data: '/d' },
		]);
	});

	test('refuses what it does not know, with a suggestion, and what lacks its value', () => {
		const problemsOf = (...args: string[]) => {
			const reading = readCommandLine(args, shape);
			return reading.kind === 'refused' ? reading.problems : [];
		};
		expect(problemsOf('--agnt', 'x')).toEqual(['--agnt is unknown; did you mean --agent?']);
		expect(problemsOf('--agent')).toEqual(['--agent needs a value']);
		expect(problemsOf('--agent', 'a', '--agent', 'b')).toEqual(['--agent is there twice']);
		expect(problemsOf('one', 'two')).toEqual(['two: not expected here']);
		expect(problemsOf('--json=1')).toEqual(['--json takes no value']);
		expect(problemsOf('--', '--agent')).toEqual([]);
	});
});
