import { expect, test } from 'vitest';
import { ConnectionLost, inTime } from '../../../sync-server/mail-in/in-time.ts';

test('an answer in time is the answer, a failure is the failure, and silence is a lost connection', async () => {
	await expect(inTime(Promise.resolve('answer'), 60_000)).resolves.toBe('answer');
	await expect(inTime(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
	await expect(inTime(new Promise(() => undefined), 1)).rejects.toThrow(ConnectionLost);
});
