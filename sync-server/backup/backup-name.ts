/** The folder of a backup says when it was made, in UTC, so that names sort by time: `tresen-2026-03-01T02-00-00-123Z`. */
export function backupName(madeAt: number): string {
	return `tresen-${new Date(madeAt).toISOString().replaceAll(/[:.]/g, '-')}`;
}

const pattern = /^tresen-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z$/;

/** When it was made; undefined for a folder that is no backup of ours. */
export function timeOfBackup(name: string): number | undefined {
	const match = pattern.exec(name);
	if (match === null) return undefined;
	const [, day, hour, minute, second, ms] = match;
	const time = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
	return Number.isNaN(time) ? undefined : time;
}

/** When the backups of a folder were made, without those that are dated later than `until`. */
export function timesUpTo(names: readonly string[], until: number): number[] {
	return names.map(timeOfBackup).filter((time): time is number => time !== undefined && time <= until);
}

/** Under way, or left by a process that died: never taken for a backup. */
export function partialName(name: string): string {
	return `.${name}.partial`;
}

export function isPartial(name: string): boolean {
	return name.endsWith('.partial') && timeOfBackup(name.slice(1, -'.partial'.length)) !== undefined;
}
