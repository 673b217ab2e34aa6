import { foldWord } from './fold.ts';

/** Words that say little. They are found like any other, only count for less, and choose no documents while there are better ones. */
const german = `
	aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis bist bitte da dabei damit dann das dass dem den denn der des
	deren dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwas euch euer eure fuer
	gar gegen geht gibt hab habe haben hallo hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja
	jede jedem jeden jeder jedes jetzt kann kannst kein keine keinem keinen keiner koennen koennt konnte leider machen mache macht man mehr mein
	meine meinem meinen meiner mich mir mit moechte muss muessen nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen
	seiner seit sich sie sind so soll sollen sondern sonst trotz ueber um und uns unser unsere unter vom von vor wann war waren warum was weil
	welche welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wo woher wollen worden wurde wuerde zu zum zur zwischen
	tun tut funktioniert danke gruss gruesse
`;
const english = `
	a about after again all also am an and any are as at be because been before being but by can cannot could did do does doing don for from get
	gets got had has have he hello her here him his how i if in into is it its just me more my no not now of off on or our out over please she
	should so some still than thanks that the their them then there these they this those through to too under up us was we were what when where
	which while who why will with would yes you your doesn isn can won cant
`;

const listOf = (text: string) => new Set(text.trim().split(/\s+/).map(foldWord));

const germanWords = listOf(german);
const englishWords = listOf(english);

export function isStopWord(word: string): boolean {
	return germanWords.has(word) || englishWords.has(word);
}

/** The language that the little words of a text give away; undefined where they give away none. */
export function languageOfWords(words: readonly string[]): 'de' | 'en' | undefined {
	const count = (own: ReadonlySet<string>, other: ReadonlySet<string>) =>
		words.filter((word) => own.has(word) && !other.has(word)).length;
	const difference = count(germanWords, englishWords) - count(englishWords, germanWords);
	return difference === 0 ? undefined : difference > 0 ? 'de' : 'en';
}
