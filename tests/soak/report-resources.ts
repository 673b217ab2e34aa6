// Loaded into the relay's process before the relay itself: tells the parent what only the process knows of itself.
import process from 'node:process';

export interface Resources {
	heapMb: number;
	/** Timers that have neither run nor been called off, whether or not they keep the process alive. */
	timers: number;
}

const timers = new Set<unknown>();
const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;

globalThis.setTimeout = Object.assign((...[call, ms, ...values]: Parameters<typeof setTimeout>) => {
	const timer = setTimeout(() => {
		timers.delete(timer);
		(call as (...values: unknown[]) => void)(...values);
	}, ms);
	timers.add(timer);
	return timer;
}, setTimeout);
globalThis.setInterval = Object.assign((...values: Parameters<typeof setInterval>) => {
	const timer = setInterval(...values);
	timers.add(timer);
	return timer;
}, setInterval);
globalThis.clearTimeout = (timer) => {
	timers.delete(timer);
	clearTimeout(timer);
};
globalThis.clearInterval = (timer) => {
	timers.delete(timer);
	clearInterval(timer);
};

process.on('message', () => {
	process.send?.({ heapMb: process.memoryUsage().heapUsed / 2 ** 20, timers: timers.size } satisfies Resources);
});
// The parent's end must not keep a relay alive that was told to stop.
process.channel?.unref();
