import { createContext } from 'svelte';
import type { Desk, DeviceLock } from '../desk.ts';

import type { AppUpdate } from './app-update.ts';
import type { DraftWatch } from './draft-watch.ts';
import type { Inbox } from './inbox.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';
import type { ReplyBox } from './reply-box.svelte.ts';
import type { Happening, TicketActs } from './ticket-acts.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { WallClock } from './wall-clock.svelte.ts';

/** What every screen has once the device is enrolled. */
export interface AtDesk {
	desk: Desk;
	inbox: Inbox;
	acts: TicketActs;
	toasts: Toasts<Happening>;
	clock: WallClock;
	replies: ReplyBox;
	drafts: DraftWatch;
}

/** What every page has, enrolled or not. */
export interface AtDoor {
	preferences: Preferences;
	update: AppUpdate;
}

export const [atDesk, provideDesk] = createContext<AtDesk>();
export const [atDoor, provideDoor] = createContext<AtDoor>();
/** Whether this device shows what it holds. */
export const [atLock, provideLock] = createContext<Pick<DeviceLock, 'reading' | 'lockNow'>>();
