const iconFile = /@lucide[\\/]svelte[\\/]dist[\\/]icons[\\/][\w-]+\.svelte$/;
const iconData = /const iconData = (\{.*\});/;

/**
 * Writes each icon of @lucide/svelte as one fixed shape that is cloned. As it comes, every icon goes through a component
 * that puts its shapes together at run time, and a ticket's pane with its thirty icons pays for that at every opening.
 */
export function flatIcons() {
	return {
		name: 'flat-icons',
		enforce: 'pre',
		transform(code, id) {
			if (!iconFile.test(id)) return undefined;
			const data = iconData.exec(code)?.[1];
			if (data === undefined) throw new Error(`${id} does not hold its shapes as this build knows them`);
			return { code: flatIcon(JSON.parse(data)), map: null };
		},
	};
}

/** The component of one icon: { size, strokeWidth, class }, always decoration. */
export function flatIcon({ size, node }) {
	const shapes = node.map(([tag, attributes]) => `<${tag}${attributesOf(attributes)} />`).join('');
	return `<script>let { size = ${size}, strokeWidth = 2, class: classes } = $props();</script>
<svg xmlns="http://www.w3.org/2000/svg" width={size} height={size} viewBox="0 0 ${size} ${size}" fill="none" stroke="currentColor" stroke-width={strokeWidth} stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" class={classes}>${shapes}</svg>`;
}

const attributesOf = (attributes) =>
	Object.entries(attributes)
		.map(([name, value]) => ` ${name}="${value}"`)
		.join('');
