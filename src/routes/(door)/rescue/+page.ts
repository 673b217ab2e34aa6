import { createBrowserRescue } from '$lib/browser-desk.ts';
import { guessDeviceName } from '$lib/views/door.svelte.ts';

export const load = async () => ({ rescue: await createBrowserRescue(guessDeviceName(navigator.userAgent)) });
