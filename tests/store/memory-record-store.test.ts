import { createMemoryRecordStore } from '../../src/lib/store/memory-record-store.ts';
import { recordStoreContract } from './contract.ts';

recordStoreContract('memory', { open: async (options) => createMemoryRecordStore(options) });
