import { createPublicKey, generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** The JSON that Google's console lets one download once, for a new key of a service account. */
export interface ServiceAccountKeyFile {
	readonly type: 'service_account';
	readonly project_id: string;
	readonly private_key_id: string;
	readonly private_key: string;
	readonly client_email: string;
	readonly client_id: string;
	readonly auth_uri: string;
	readonly token_uri: string;
	readonly auth_provider_x509_cert_url: string;
	readonly client_x509_cert_url: string;
	readonly universe_domain: string;
}

/** A service account of the Google Cloud console. */
export class ServiceAccount {
	readonly email: string;
	/** "Unique ID": the client ID that domain-wide delegation wants. */
	readonly clientId: string;
	readonly keys: KeyObject[] = [];
	readonly #projectId: string;

	constructor(name: string, projectId: string) {
		this.#projectId = projectId;
		this.email = `${name}@${projectId}.iam.gserviceaccount.com`;
		this.clientId = `10${Array.from({ length: 19 }, () => randomInt(10)).join('')}`;
	}

	/** Keys → Add key → Create new key → JSON. */
	createKey(): ServiceAccountKeyFile {
		const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		this.keys.push(createPublicKey(privateKey));
		return {
			type: 'service_account',
			project_id: this.#projectId,
			private_key_id: randomBytes(20).toString('hex'),
			private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
			client_email: this.email,
			client_id: this.clientId,
			auth_uri: 'https://accounts.google.com/o/oauth2/auth',
			token_uri: 'https://oauth2.googleapis.com/token',
			auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
			client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${encodeURIComponent(this.email)}`,
			universe_domain: 'googleapis.com',
		};
	}
}

/** Google's service accounts, and the Workspace organizations that let them act for their people. */
export class GoogleDirectory {
	readonly serviceAccounts: ServiceAccount[] = [];
	/** Addresses of people, in lower case. */
	readonly users = new Set<string>();
	/** Domain-wide delegation: scopes by `<domain> <client ID>`. */
	readonly #delegations = new Map<string, readonly string[]>();

	createServiceAccount(name: string, projectId = 'n8n-mail-471123'): ServiceAccount {
		const account = new ServiceAccount(name, projectId);
		this.serviceAccounts.push(account);
		return account;
	}

	/** admin.google.com → Security → API controls → Domain-wide delegation → Add new. */
	delegate(domain: string, clientId: string, scopes: readonly string[]): void {
		this.#delegations.set(`${domain} ${clientId}`, scopes);
	}

	/** The scopes in which a service account may act for a person. */
	delegatedScopes(clientId: string, user: string): readonly string[] {
		return this.#delegations.get(`${user.split('@')[1] ?? ''} ${clientId}`) ?? [];
	}
}
