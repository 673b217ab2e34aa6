import { blockSize, ticketNumber, type TicketNumber } from '../domain/ticket-number.ts';

/** The blocks of ticket numbers that a device has, as they stand in its settings under these keys. */
export interface NumberBlocks {
	/** Not used up yet, in the order in which they came. */
	blocks: number[];
	/** The next number of the first block. */
	numberCounter: number;
	/** Used up; so that a block that comes again is not begun again. */
	spentBlocks: number[];
}

export const numberKeys = ['blocks', 'numberCounter', 'spentBlocks'] as const;

export function takeFrom(state: NumberBlocks): { number: TicketNumber; left: number; state: NumberBlocks } | undefined {
	const [block, ...rest] = state.blocks;
	if (block === undefined) return undefined;
	const number = ticketNumber(block, state.numberCounter);
	const next: NumberBlocks =
		state.numberCounter + 1 < blockSize
			? { ...state, numberCounter: state.numberCounter + 1 }
			: { blocks: rest, numberCounter: 0, spentBlocks: [...state.spentBlocks, block] };
	return { number, left: numbersLeft(next), state: next };
}

export function withBlocks(state: NumberBlocks, more: readonly number[]): NumberBlocks {
	const blocks = [...state.blocks];
	for (const block of more) {
		if (!blocks.includes(block) && !state.spentBlocks.includes(block)) blocks.push(block);
	}
	return { ...state, blocks };
}

export function numbersLeft(state: NumberBlocks): number {
	return state.blocks.length === 0 ? 0 : state.blocks.length * blockSize - state.numberCounter;
}
