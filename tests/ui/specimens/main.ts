/** Mounts one specimen: `?show=list&locale=de&theme=dark`. */
import './specimens.css';
import { mount, type Component } from 'svelte';
import { isLocale } from '$lib/ui/words/locale.ts';
import { aroundWords } from '$lib/ui/words/around-words.ts';
import { doorWords } from '$lib/ui/words/door-words.ts';
import { words } from '$lib/ui/words/words.svelte.ts';
import ComposerSpecimen from './ComposerSpecimen.svelte';
import ControlsSpecimen from './ControlsSpecimen.svelte';
import ListSpecimen from './ListSpecimen.svelte';
import MailSpecimen from './MailSpecimen.svelte';
import QuoteSpecimen from './QuoteSpecimen.svelte';

const specimens: Record<string, Component> = {
	list: ListSpecimen,
	controls: ControlsSpecimen,
	mail: MailSpecimen,
	quotes: QuoteSpecimen,
	composer: ComposerSpecimen,
};
const wish = new URLSearchParams(location.search);
const locale = wish.get('locale');
const theme = wish.get('theme');

await words.use(isLocale(locale) ? locale : 'de');
await Promise.all([doorWords.ready(), aroundWords.ready()]);
if (theme !== null) document.documentElement.dataset.theme = theme;
mount(specimens[wish.get('show') ?? 'controls']!, { target: document.body });
document.body.dataset.ready = 'true';
