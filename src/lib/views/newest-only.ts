/**
 * Asks one question after the other: while one is being answered, only the newest that came meanwhile waits, and those before it are
 * dropped with undefined. So whoever types faster than answers come never waits for answers that nobody wants any more.
 */
export function newestOnly<Question, Answer>(
	ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer | undefined> {
	let isAsking = false;
	let next: { question: Question; resolve(answer: Promise<Answer | undefined> | undefined): void } | undefined;

	async function run(question: Question): Promise<Answer | undefined> {
		isAsking = true;
		try {
			const answer = await ask(question);
			return next === undefined ? answer : undefined;
		} finally {
			isAsking = false;
			const waiting = next;
			next = undefined;
			waiting?.resolve(run(waiting.question));
		}
	}

	return (question) => {
		if (!isAsking) return run(question);
		next?.resolve(undefined);
		return new Promise((resolve) => (next = { question, resolve }));
	};
}
