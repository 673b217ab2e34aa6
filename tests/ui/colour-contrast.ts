/** Reads the colour tokens out of a stylesheet and computes WCAG contrast from OKLCH. */

export type Oklch = readonly [lightness: number, chroma: number, hue: number];
export type Shade = 'light' | 'dark';
export type Tokens = ReadonlyMap<string, Record<Shade, Oklch>>;

const tokenLine = /^\s*--([\w-]+):\s*light-dark\(oklch\(([^)]+)\),\s*oklch\(([^)]+)\)\);/gm;

function parseOklch(text: string): Oklch {
	const [lightness, chroma, hue] = text.trim().split(/\s+/).map(Number);
	return [lightness!, chroma!, hue!];
}

/** The tokens declared in the first rule that opens with `selector {`. */
export function tokensOf(css: string, selector: string): Tokens {
	const start = css.indexOf(`${selector} {`);
	if (start < 0) throw new Error(`no rule ${selector} in the stylesheet`);
	const block = css.slice(start, css.indexOf('\n}', start));
	const tokens = new Map<string, Record<Shade, Oklch>>();
	for (const [, name, light, dark] of block.matchAll(tokenLine)) {
		tokens.set(name!, { light: parseOklch(light!), dark: parseOklch(dark!) });
	}
	return tokens;
}

function linearRgb([l, chroma, hue]: Oklch): [number, number, number] {
	const a = chroma * Math.cos((hue * Math.PI) / 180);
	const b = chroma * Math.sin((hue * Math.PI) / 180);
	const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
	const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
	const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
	const clip = (value: number) => Math.min(1, Math.max(0, value));
	return [
		clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
		clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
		clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
	];
}

function luminance(colour: Oklch): number {
	const [red, green, blue] = linearRgb(colour);
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(one: Oklch, other: Oklch): number {
	const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (high! + 0.05) / (low! + 0.05);
}
