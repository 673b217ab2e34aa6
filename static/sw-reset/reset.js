// Takes away the worker and the stored program. IndexedDB, where the work lies, is not touched.
const button = document.querySelector('#reset');
const outcome = document.querySelector('#outcome');

button.addEventListener('click', async () => {
	button.disabled = true;
	try {
		// The worker never answers this path. Without the relay the app could not be fetched again, and the device would be left with nothing to start.
		const answer = await fetch('/sw-reset/', { cache: 'no-store' });
		if (!answer.ok) throw new Error(String(answer.status));
	} catch {
		outcome.textContent =
			'The relay cannot be reached now: nothing was removed. · Das Relay ist gerade nicht erreichbar: Es wurde nichts entfernt.';
		button.disabled = false;
		return;
	}
	const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
	await Promise.all(registrations.map((registration) => registration.unregister()));
	const names = (await globalThis.caches?.keys()) ?? [];
	await Promise.all(names.map((name) => caches.delete(name)));
	location.replace('/');
});
