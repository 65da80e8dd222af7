import type { IExecuteFunctions, INodeType } from 'n8n-workflow';

const usedMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;

/** What a look at the clock itself adds to what it measures, in ms. */
function lookMs(): number {
	const looks = 20_000;
	let sumMs = 0;
	for (let look = 0; look < looks; look += 1) {
		const before = process.cpuUsage();
		sumMs += usedMs(process.cpuUsage()) - usedMs(before);
	}
	return sumMs / looks;
}

/** CPU time that n8n has spent on reading for a node, since it was last looked at. */
export class ReadingTime {
	#cpuMs = 0;
	#lookMs: number | undefined;

	/** Ms of all threads; then the count begins again at 0. */
	take(): number {
		const cpuMs = this.#cpuMs;
		this.#cpuMs = 0;
		return cpuMs;
	}

	/** A node that does what the given one does, while its reading of credential and parameters is timed. */
	watch(node: INodeType): INodeType {
		const add = (before: NodeJS.CpuUsage): void => {
			this.#lookMs ??= lookMs();
			this.#cpuMs += usedMs(process.cpuUsage()) - usedMs(before) - this.#lookMs;
		};
		return {
			description: node.description,
			async execute() {
				const timed: Partial<IExecuteFunctions> = {
					getCredentials: async (type, item) => {
						const before = process.cpuUsage();
						const credential = await this.getCredentials(type, item);
						add(before);
						return credential as never;
					},
					getNodeParameter: (name: string, item: number, fallback?: unknown) => {
						const before = process.cpuUsage();
						const value: unknown = this.getNodeParameter(name, item, fallback);
						add(before);
						return value as never;
					},
				};
				const watched = Object.assign(Object.create(this) as IExecuteFunctions, timed);
				return (await node.execute?.call(watched)) as never;
			},
		};
	}
}
