import { readdir, readFile, readlink } from 'node:fs/promises';

/** Clock ticks a second, as Linux counts them for user space (`getconf CLK_TCK`). */
const TICKS = 100;

/** What the kernel says of one process; `undefined` when it has ended. */
async function readOf(pid: string, name: 'cwd' | 'stat'): Promise<string | undefined> {
	try {
		return await (name === 'cwd'
			? readlink(`/proc/${pid}/cwd`)
			: readFile(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return undefined;
	}
}

/**
 * CPU time of all processes that were started in a folder, in ms, since their start (Linux only,
 * proc_pid_stat(5): fields 14 and 15).
 */
export async function cpuTimeOf(folder: string): Promise<number> {
	let ticks = 0;
	for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
		if ((await readOf(pid, 'cwd')) !== folder) continue;
		const stat = (await readOf(pid, 'stat')) ?? '';
		// The second field, the name, may hold spaces.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
	}
	return (ticks * 1_000) / TICKS;
}
