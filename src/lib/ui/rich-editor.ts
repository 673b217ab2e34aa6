/** The only file that imports Tiptap; loaded when somebody writes, so that the first route stays small. */
import { Editor, generateJSON, getSchema, type JSONContent } from '@tiptap/core';
import Collaboration from '@tiptap/extension-collaboration';
import CollaborationCaret from '@tiptap/extension-collaboration-caret';
import Placeholder from '@tiptap/extension-placeholder';
import StarterKit from '@tiptap/starter-kit';
import { prosemirrorToYXmlFragment } from '@tiptap/y-tiptap';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { blocksToHtml, htmlToBlocks } from '../domain/rich-html.ts';
import { richToPlain } from './plain-text.ts';
import { readLookup, type Insertion, type Lookup, type Sign } from './suggestions.ts';

export interface Writer {
	name: string;
	/** A colour that works as background; shown to the others. */
	color: string;
}

export interface RichEditorOptions {
	element: HTMLElement;
	fragment: Y.XmlFragment;
	/** Without it there are no carets of others. */
	awareness: Awareness | undefined;
	writer: Writer;
	label: string;
	placeholder: string;
	editable: boolean;
	onchange: () => void;
	onselection: () => void;
	/** Mod+Enter and Mod+Shift+Enter. */
	onsend: (andDone: boolean) => void;
	/** The signs that open a list at the caret. */
	signs?: readonly Sign[];
	/** What is being looked up at the caret; undefined when nothing is. */
	onlookup?: (lookup: Lookup | undefined) => void;
	/** What may be written; without it as in a mail. */
	shape?: EditorShape;
	/** Something was too long to be pasted at once, and was not. */
	ontoolong?: () => void;
	onfocus?: () => void;
}

/** line: one line of plain text · lines: plain text · rich: as in a mail, and headings. */
export type EditorShape = 'line' | 'lines' | 'rich';

export type Format = 'bold' | 'italic' | 'bulletList' | 'orderedList' | 'blockquote' | 'code' | 'heading';

export interface RichEditor {
	isActive(format: Format | 'link'): boolean;
	toggle(format: Format): void;
	/** undefined takes the link away; false if the address is not one. */
	setLink(href: string | undefined): boolean;
	linkHref(): string;
	undo(): void;
	redo(): void;
	focus(): void;
	clear(): void;
	insert(text: string): void;
	/** Below what stands at the caret, so that nothing written is broken; in its place where nothing is written. */
	insertBelow(insertion: Insertion): void;
	/** In the place of the sign and what was typed after it. */
	replaceLookup(lookup: Lookup, insertion: Insertion): void;
	/** Names the option that a list at the caret stands on, for those who hear; undefined when there is no list. */
	pointTo(list: { list: string; option: string | undefined } | undefined): void;
	/** Selects the first `{{placeholder}}` that nobody filled in, and says its name. */
	selectPlaceholder(): string | undefined;
	isEmpty(): boolean;
	content(): { text: string; html: string };
	relabel(label: string, placeholder: string): void;
	setEditable(editable: boolean): void;
	close(): void;
}

const linkProtocols = /^(https?:\/\/|mailto:|tel:)\S+$/i;

// History comes from Yjs, so that undo takes back one's own edits only.
const kit = StarterKit.configure({
	undoRedo: false,
	heading: false,
	link: { openOnClick: false, autolink: true, defaultProtocol: 'https', protocols: ['mailto', 'tel'] },
});

// An article has several editors; the schemes of links are known from the first one.
const richKit = kit.configure({ heading: { levels: [3] }, link: { protocols: [] } });
const plainKit = StarterKit.configure({
	...{ undoRedo: false, heading: false, link: false, bold: false, italic: false, strike: false, underline: false },
	...{ code: false, codeBlock: false, blockquote: false, bulletList: false, orderedList: false, listItem: false },
	...{ listKeymap: false, horizontalRule: false, hardBreak: false },
});
const kits = { line: plainKit, lines: plainKit, rich: richKit };

/** One edit must fit into one update; what is longer is pasted in pieces. */
const longestPaste = 50_000;
const longestPastedHtml = 2_000_000;

/** Writes a text into a draft that nobody may be looking at. Of HTML only what the editor knows comes through. */
export function writeDraft(fragment: Y.XmlFragment, { text, html }: { text: string; html?: string | undefined }): void {
	const schema = getSchema([kit]);
	const lines = text
		.split('\n')
		.map((line) => ({ type: 'paragraph', content: line === '' ? [] : [{ type: 'text', text: line }] }));
	const content = html === undefined || html === '' ? { type: 'doc', content: lines } : generateJSON(html, [kit]);
	prosemirrorToYXmlFragment(schema.nodeFromJSON(content), fragment);
}

export function createRichEditor(options: RichEditorOptions): RichEditor {
	let { label, placeholder } = options;
	let pointing: { list: string; option: string | undefined } | undefined;
	const editor = new Editor({
		element: options.element,
		editable: options.editable,
		extensions: [
			options.shape === undefined ? kit : kits[options.shape],
			Placeholder.configure({ placeholder: () => placeholder }),
			Collaboration.configure({ fragment: options.fragment }),
			...(options.awareness === undefined
				? []
				: [
						CollaborationCaret.configure({
							provider: { awareness: options.awareness },
							user: { ...options.writer },
							render: renderCaret,
							selectionRender: (user) => ({ nodeName: 'span', class: 'remote-selection', style: caretColour(user) }),
						}),
					]),
		],
		editorProps: {
			attributes: () => ({
				role: 'textbox',
				'aria-multiline': 'true',
				'aria-label': label,
				...(options.onlookup === undefined ? {} : { 'aria-autocomplete': 'list' }),
				...(pointing === undefined ? {} : { 'aria-controls': pointing.list }),
				...(pointing?.option === undefined ? {} : { 'aria-activedescendant': pointing.option }),
				class: 'rich-text',
			}),
			// The editor would swallow Escape; it is the way out of it.
			handleDOMEvents: { keydown: (_view, event) => event.key === 'Escape' && !event.isComposing },
			transformPastedHTML(html) {
				// Within an article's own text nothing has to be made to fit.
				if (options.shape === undefined || html.includes('data-pm-slice')) return html;
				if (html.length > longestPastedHtml) {
					options.ontoolong?.();
					return '';
				}
				return blocksToHtml(htmlToBlocks(html)).replace(/<(\/?)h[1-6]>/g, '<$1h3>');
			},
			handlePaste(view, _event, slice) {
				if (slice.size > longestPaste) {
					options.ontoolong?.();
					return true;
				}
				if (options.shape !== 'line') return false;
				// One line stays one: what was pasted as several becomes one text.
				const text = slice.content.textBetween(0, slice.content.size, ' ', ' ').replace(/\s+/g, ' ').trim();
				view.dispatch(view.state.tr.insertText(text));
				return true;
			},
			handleKeyDown(_view, event) {
				if (options.shape === 'line' && event.key === 'Enter' && !event.isComposing && !event.ctrlKey && !event.metaKey)
					return true;
				if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing)
					return false;
				options.onsend(event.shiftKey);
				return true;
			},
		},
		onUpdate: options.onchange,
		onTransaction({ editor: here }) {
			options.onselection();
			options.onlookup?.(lookupAt(here, options.signs ?? []));
		},
		onFocus: () => options.onfocus?.(),
	});

	return {
		isActive: (format) => editor.isActive(format),
		toggle(format) {
			const chain = editor.chain().focus();
			const toggles = {
				bold: () => chain.toggleBold(),
				italic: () => chain.toggleItalic(),
				bulletList: () => chain.toggleBulletList(),
				orderedList: () => chain.toggleOrderedList(),
				blockquote: () => chain.toggleBlockquote(),
				code: () => chain.toggleCode(),
				heading: () => chain.toggleHeading({ level: 3 }),
			};
			toggles[format]().run();
		},
		setLink(href) {
			const chain = editor.chain().focus().extendMarkRange('link');
			if (href === undefined || href.trim() === '') return chain.unsetLink().run();
			const address = /^[a-z]+:/i.test(href.trim()) ? href.trim() : `https://${href.trim()}`;
			return linkProtocols.test(address) && chain.setLink({ href: address }).run();
		},
		linkHref: () => String(editor.getAttributes('link').href ?? ''),
		undo: () => void editor.chain().focus().undo().run(),
		redo: () => void editor.chain().focus().redo().run(),
		focus() {
			// Tiptap's own command waits for the next frame; a key pressed until then would go to the page.
			editor.commands.setTextSelection(editor.state.doc.content.size);
			editor.view.focus();
		},
		clear: () => void editor.commands.clearContent(true),
		insert: (text) => void editor.chain().focus().insertContent(toContent(text)).run(),
		insertBelow(insertion) {
			const { doc, selection } = editor.state;
			const block = selection.$head.depth === 0 ? undefined : selection.$head.node(1);
			const isBlank = block?.type.name === 'paragraph' && block.content.size === 0;
			const end = block === undefined ? doc.content.size : selection.$head.after(1);
			const place = editor.isEmpty
				? { from: 0, to: doc.content.size }
				: { from: isBlank ? selection.$head.before(1) : end, to: end };
			editor.chain().focus().insertContentAt(place, toBlocks(insertion)).run();
		},
		replaceLookup({ from, to }, insertion) {
			const content = 'html' in insertion ? insertion.html : toContent(insertion.text);
			editor.chain().focus().deleteRange({ from, to }).insertContent(content).run();
		},
		pointTo(next) {
			if (pointing?.list === next?.list && pointing?.option === next?.option) return;
			pointing = next;
			editor.view.setProps({});
		},
		selectPlaceholder() {
			let found: { from: number; to: number; name: string } | undefined;
			editor.state.doc.descendants((node, at) => {
				if (found !== undefined || !node.isTextblock) return found === undefined;
				const text = node.textBetween(0, node.content.size, undefined, '\ufffc');
				const match = /\{\{([^{}]{0,200})\}\}/.exec(text);
				if (match === null) return false;
				const from = at + 1 + match.index;
				found = { from, to: from + match[0].length, name: match[1]!.trim() };
				return false;
			});
			if (found === undefined) return undefined;
			editor.chain().focus().setTextSelection(found).scrollIntoView().run();
			return found.name;
		},
		isEmpty: () => editor.isEmpty,
		content: () => ({ text: richToPlain(editor.getJSON()), html: editor.getHTML().replace(/(<p><\/p>)+$/, '') }),
		relabel(nextLabel, nextPlaceholder) {
			label = nextLabel;
			placeholder = nextPlaceholder;
			editor.view.dispatch(editor.state.tr);
		},
		setEditable: (editable) => editor.setEditable(editable),
		close: () => editor.destroy(),
	};
}

/** Text as the editor has it: empty lines end paragraphs, other line ends stay. One paragraph goes on in the one that is there. */
function toContent(text: string): JSONContent[] {
	const paragraphs = text.replaceAll('\r\n', '\n').split(/\n{2,}/);
	const inline = (paragraph: string): JSONContent[] =>
		paragraph
			.split('\n')
			.flatMap((line, i) => [
				...(i > 0 ? [{ type: 'hardBreak' }] : []),
				...(line === '' ? [] : [{ type: 'text', text: line }]),
			]);
	const [only = '', ...more] = paragraphs;
	if (more.length === 0) return inline(only);
	return paragraphs.map((paragraph) => ({ type: 'paragraph', content: inline(paragraph) }));
}

function toBlocks(insertion: Insertion): string | JSONContent[] {
	if ('html' in insertion) return insertion.html;
	const content = toContent(insertion.text);
	return content.some(({ type }) => type === 'paragraph') ? content : [{ type: 'paragraph', content }];
}

function lookupAt(editor: Editor, signs: readonly Sign[]): Lookup | undefined {
	const { selection } = editor.state;
	const { $from } = selection;
	if (!selection.empty || !$from.parent.isTextblock || $from.parent.type.spec.code) return undefined;
	const before = $from.parent.textBetween(
		Math.max(0, $from.parentOffset - 60),
		$from.parentOffset,
		undefined,
		'\ufffc',
	);
	const found = readLookup(before, signs);
	if (found === undefined || !editor.isFocused) return undefined;
	const from = $from.pos - found.sign.length - found.text.length;
	const { left, top, bottom } = editor.view.coordsAtPos(from);
	return { ...found, from, to: $from.pos, place: { left, top, bottom } };
}

/** Another's caret is for the eye alone; a line of text tells the rest who writes. */
function renderCaret(user: Record<string, unknown>): HTMLElement {
	const caret = document.createElement('span');
	caret.className = 'remote-caret';
	caret.setAttribute('aria-hidden', 'true');
	caret.style.cssText = caretColour(user);
	const name = document.createElement('span');
	name.className = 'remote-caret-name';
	name.textContent = String(user.name ?? '').slice(0, 60);
	caret.append(name);
	return caret;
}

/** The colour comes from another device, so only our own eight pass. */
function caretColour(user: Record<string, unknown>): string {
	const color = String(user.color ?? '');
	return `--caret: ${/^var\(--presence-[1-8]\)$/.test(color) ? color : 'var(--presence-1)'}`;
}
