import { configKeys, environmentName, flagName, settings } from '../config.ts';
import type { Command } from './command.ts';
import { doubtsAbout } from './config-doubts.ts';

/** By the time a command runs its configuration has been read, so a bad one never comes here. */
export const configCommand: Command = {
	usage: 'config --print | --check',
	help: 'shows each value with where it came from, or only whether all are usable',
	shape: { switches: ['print', 'check'] },
	async run({ line, config, origins, print, complain }) {
		if (line.has('check')) {
			print('The configuration is usable.');
			for (const doubt of doubtsAbout(config)) print(`look  ${doubt}`);
			return 0;
		}
		if (!line.has('print')) {
			complain('Say --print or --check.');
			return 2;
		}
		for (const key of configKeys) {
			const isHidden = settings[key].isSecret === true && config[key] !== '';
			print(`${key} = ${isHidden ? '(set, not shown)' : JSON.stringify(config[key])}`);
			print(`    from the ${origins[key]}; ${flagName(key)} or ${environmentName(key)}: ${settings[key].help}`);
		}
		return 0;
	},
};
