import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerCertificate } from './net/certificates.js';

/** What a sandbox finds again at its next start, in the folder `kept` of its data. */
export class KeptState {
	readonly #folder: string;

	constructor(dataDir: string) {
		this.#folder = join(dataDir, 'kept');
	}

	/** The file of the OAuth2 server's grants and tokens; see `OAuthStore`. */
	get grantsPath(): string {
		return join(this.#folder, 'grants.json');
	}

	/** The certificate of the earlier sandbox; where there was none, a new one, which is kept. */
	async certificate(issue: () => Promise<ServerCertificate>): Promise<ServerCertificate> {
		const path = join(this.#folder, 'certificate.json');
		const kept = await readFile(path, 'utf8').catch(() => undefined);
		if (kept !== undefined) return JSON.parse(kept) as ServerCertificate;
		const issued = await issue();
		await mkdir(this.#folder, { recursive: true });
		await writeFile(path, JSON.stringify(issued), { mode: 0o600 });
		return issued;
	}
}
