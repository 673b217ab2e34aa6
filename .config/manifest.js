/** The web app manifest. `lang` names the language of these texts; the app itself follows the agent's profile. */
export const manifest = {
	id: '/',
	name: 'Tresen',
	short_name: 'Tresen',
	description: 'A help desk that works with the network off.',
	lang: 'en',
	dir: /** @type {const} */ ('ltr'),
	start_url: '/?source=pwa',
	scope: '/',
	display: /** @type {const} */ ('standalone'),
	background_color: '#f7f7f5',
	theme_color: '#1f3a44',
	categories: ['business', 'productivity'],
	icons: [
		{ src: '/icons/tresen-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
		{ src: '/icons/tresen-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
		{ src: '/icons/tresen-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
		{ src: '/icons/tresen.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
	],
	screenshots: [
		{
			...{ src: '/screenshots/ticket-wide.png', sizes: '1280x800', type: 'image/png' },
			form_factor: /** @type {const} */ ('wide'),
			label: 'A ticket, its list and the customer',
		},
		{
			...{ src: '/screenshots/list-narrow.png', sizes: '390x844', type: 'image/png' },
			form_factor: /** @type {const} */ ('narrow'),
			label: 'What nobody has taken yet',
		},
	],
	shortcuts: [
		{ name: 'Inbox', short_name: 'Inbox', url: '/?source=shortcut' },
		{ name: 'New ticket', short_name: 'New', url: '/new?source=shortcut' },
	],
};
