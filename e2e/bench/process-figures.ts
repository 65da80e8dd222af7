import { readdir, readFile, readlink, writeFile } from 'node:fs/promises';

/** A file of proc(5), or what a link in it points to; `undefined` when the process has ended. */
async function read(path: string): Promise<string | undefined> {
	try {
		return await (path.endsWith('/cwd') ? readlink(path) : readFile(path, 'utf8'));
	} catch {
		return undefined;
	}
}

/** The processes that were started in a folder. */
async function processesIn(folder: string): Promise<readonly string[]> {
	const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const folders = await Promise.all(ids.map((id) => read(`/proc/${id}/cwd`)));
	return ids.filter((_id, index) => folders[index] === folder);
}

/** The CPU time of all threads of a process so far, in ms: the first field of their `schedstat`, in ns. */
async function cpuTimeOfProcess(id: string): Promise<number> {
	const threads = await readdir(`/proc/${id}/task`).catch(() => []);
	const stats = await Promise.all(
		threads.map((thread) => read(`/proc/${id}/task/${thread}/schedstat`)),
	);
	return stats.reduce((sum, stat = '0') => sum + Number(stat.split(' ')[0]) / 1e6, 0);
}

/** The CPU time so far of all processes that were started in a folder, in ms (Linux only). */
export async function cpuTimeOf(folder: string): Promise<number> {
	const times = await Promise.all((await processesIn(folder)).map(cpuTimeOfProcess));
	return times.reduce((sum, timeMs) => sum + timeMs, 0);
}

/** Resident memory of all processes that were started in a folder, in bytes (Linux only). */
export interface ResidentMemory {
	readonly now: number;
	/** Each process's peak since `forgetPeaks`. */
	readonly peak: number;
}

/** What the processes that were started in a folder hold of the machine's memory. */
export async function memoryOf(folder: string): Promise<ResidentMemory> {
	const ids = await processesIn(folder);
	const pages = await Promise.all(ids.map((id) => read(`/proc/${id}/status`)));
	const sum = (field: string): number =>
		pages.reduce((bytes, page = '') => {
			const [, kilobytes = '0'] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(page) ?? [];
			return bytes + Number(kilobytes) * 1_024;
		}, 0);
	return { now: sum('VmRSS'), peak: sum('VmHWM') };
}

/** Lets the kernel record the peaks of memory anew. */
export async function forgetPeaks(folder: string): Promise<void> {
	for (const id of await processesIn(folder)) await writeFile(`/proc/${id}/clear_refs`, '5');
}
