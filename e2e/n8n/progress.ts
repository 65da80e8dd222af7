import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A running progress display. */
export interface Progress {
	/** Names what happens now; `count` tells how far it is, in a few words, whenever it is asked. */
	step(name: string, count?: () => Promise<string>): void;
	/** Prints the total and stops. */
	end(): void;
}

const LINE_EVERY_MS = 5_000;

/**
 * Prints a line every five seconds, on standard output: elapsed time, the current step, how far it is
 * and how many megabytes the folder holds by then. Lines, not a redrawn one, so that a log of it can be read.
 */
export function startProgress(title: string, folder: string): Progress {
	const startedAtMs = Date.now();
	let current = 'starting';
	let count = async () => '';
	let size = '';
	let isMeasuring = false;

	const measure = () => {
		if (isMeasuring) return;
		isMeasuring = true;
		void Promise.all([measureMegabytes(folder), count()]).then(([megabytes, counted]) => {
			const parts = [counted, megabytes === undefined ? '' : `${megabytes} MB`];
			size = parts.filter((part) => part !== '').join(', ');
			isMeasuring = false;
		});
	};
	const print = () => {
		console.log(`  ${elapsed(startedAtMs)}  ${current}${size === '' ? '' : `: ${size}`}`);
	};

	console.log(title);
	const timer = setInterval(() => {
		print();
		measure();
	}, LINE_EVERY_MS);
	return {
		step(name, counted = async () => '') {
			current = name;
			count = counted;
			size = '';
			print();
		},
		end() {
			clearInterval(timer);
			console.log(`  ${elapsed(startedAtMs)}  done`);
		},
	};
}

async function measureMegabytes(folder: string): Promise<number | undefined> {
	try {
		const { stdout } = await promisify(execFile)('du', ['-sk', folder]);
		return Math.round(Number.parseInt(stdout, 10) / 1024);
	} catch {
		// No `du` here, or a file vanished while it counted: the display does without.
		return undefined;
	}
}

function elapsed(sinceMs: number): string {
	const seconds = Math.round((Date.now() - sinceMs) / 1_000);
	return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
