import { execFileSync, spawnSync, type ChildProcess } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterTest, emptyFolder } from '../sync-server/running-relay.ts';

/**
 * A disk that a test can fill and free, protect and open.
 *
 * Where this user may mount, it is a small file system of its own. Elsewhere it is the limit that the system sets to what one process may
 * write: every write of that process then fails, as on a disk that is broken.
 */
export interface SmallDisk {
	folder: string;
	kind: 'mounted' | 'limited';
	/** From now on nothing finds room that `child` writes. */
	fill(child?: ChildProcess): void;
	free(child?: ChildProcess): void;
	/** Read only; nobody may be writing there. */
	protect(): void;
	open(): void;
	/** What starts a program that finds the disk as it is now. */
	through(): readonly string[];
}

export function makeSmallDisk(megabytes: number): SmallDisk {
	const folder = emptyFolder();
	const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tresen-test', folder]);
	if (mounted.status !== 0) return makeFailingDisk();
	afterTest(() => void execFileSync('umount', ['-l', folder]));
	const ballast = join(folder, 'ballast');
	return {
		...{ folder, kind: 'mounted', through: () => [] },
		fill() {
			for (let bytes = 1024 * 1024; bytes >= 1; bytes = Math.floor(bytes / 2)) {
				try {
					for (;;) appendFileSync(ballast, Buffer.alloc(bytes, 1));
				} catch (thrown) {
					if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
				}
			}
		},
		free: () => rmSync(ballast),
		protect: () => void execFileSync('mount', ['-o', 'remount,ro', folder]),
		open: () => void execFileSync('mount', ['-o', 'remount,rw', folder]),
	};
}

/** Every write fails, without room or leave having anything to do with it. */
export function makeFailingDisk(): SmallDisk {
	let isFailing = false;
	const limit = (child: ChildProcess | undefined, fails: boolean) => {
		isFailing = fails;
		if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
		const most = `--fsize=${fails ? '0' : 'unlimited'}:unlimited`;
		execFileSync('prlimit', ['--pid', String(child.pid), most]);
	};
	return {
		...{ folder: emptyFolder(), kind: 'limited' },
		fill: (child) => limit(child, true),
		free: (child) => limit(child, false),
		protect: () => limit(undefined, true),
		open: () => limit(undefined, false),
		through: () => (isFailing ? ['prlimit', '--fsize=0:unlimited'] : []),
	};
}

const main = join(import.meta.dirname, '../../sync-server/main.ts');

/** One of the relay's commands, until it ends. */
export function runTresen(through: readonly string[], ...args: string[]): { code: number | null; said: string } {
	const [program = '', ...rest] = [
		...through,
		process.execPath,
		'--disable-warning=ExperimentalWarning',
		main,
		...args,
	];
	const env = { ...process.env, TRESEN_LOG_LEVEL: 'silent' };
	const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', timeout: 60_000, env });
	return { code: status, said: stdout + stderr };
}
