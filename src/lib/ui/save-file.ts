/** Hands a file to the browser's downloads. */
export function saveFile(file: Blob, name: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(file);
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}

export function unsentFileName(now: number): string {
	return `tresen-unsent-${new Date(now).toISOString().slice(0, 10)}.tresen`;
}
