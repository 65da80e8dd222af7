import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { CLOUDS, PERMISSIONS } from './clouds.js';
import type { EntraResource, MicrosoftCloud } from './clouds.js';
import { ExchangeAccess } from './exchange-access.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A person of an organization. */
export interface EntraUser {
	readonly objectId: string;
	/** The user principal name: what the person signs in with. */
	readonly upn: string;
}

/** A permission that an app asks for; the portal's "API permissions". */
export interface RequestedPermission {
	readonly resource: EntraResource;
	readonly type: 'Application' | 'Delegated';
	readonly name: string;
}

/** An app registration with its enterprise application, whose object IDs differ. */
export class EntraApplication {
	/** Application (client) ID. */
	readonly appId: string = randomUUID();
	/** Of the app registration. Exchange does not take this one. */
	readonly objectId: string = randomUUID();
	/** Of the enterprise application (service principal): the `oid` of its tokens. */
	readonly enterpriseObjectId: string = randomUUID();
	readonly secrets: { readonly value: string; readonly endsAtMs: number }[] = [];
	readonly certificates: X509Certificate[] = [];
	/** What the app asks for; a new registration begins with User.Read. */
	readonly requested: RequestedPermission[] = [
		{ resource: 'graph', type: 'Delegated', name: 'User.Read' },
	];
	/** Application roles in force, as `resource/role`. */
	readonly grantedRoles = new Set<string>();
	/** Scopes consented to, as `resource/scope/upn`, with `*` for all users. */
	readonly consents = new Set<string>();

	constructor(
		readonly name: string,
		readonly redirectUris: readonly string[],
		readonly isMultiTenant: boolean,
	) {}

	/** Certificates & secrets → New client secret; returns the Value, not the Secret ID. */
	addClientSecret(endsAtMs = Date.now() + 180 * DAY_MS): string {
		const value = `${randomBytes(2).toString('hex')}8Q~${randomBytes(24).toString('base64url')}`;
		this.secrets.push({ value, endsAtMs });
		return value;
	}

	/** Certificates & secrets → Upload certificate (PEM); returns the thumbprint as shown there. */
	uploadCertificate(pem: string): string {
		const certificate = new X509Certificate(pem);
		this.certificates.push(certificate);
		return certificate.fingerprint.replaceAll(':', '');
	}

	/** API permissions → Add a permission. Not in force without consent. */
	addPermission(
		resource: EntraResource,
		type: RequestedPermission['type'],
		name: string,
	): RequestedPermission {
		const { name: service, roles, scopes } = PERMISSIONS[resource];
		if (!(type === 'Application' ? roles : scopes).includes(name)) {
			throw new Error(`${service} has no ${type} permission ${name}`);
		}
		const permission = { resource, type, name };
		this.requested.push(permission);
		return permission;
	}

	/** API permissions → … → Remove permission. */
	removePermission(name: string): void {
		const index = this.requested.findIndex((permission) => permission.name === name);
		if (index !== -1) this.requested.splice(index, 1);
	}

	/** Whether a delegated scope may be used for a person. */
	hasConsent(resource: EntraResource, scope: string, upn: string): boolean {
		const key = `${resource}/${scope}`;
		return this.consents.has(`${key}/${upn}`) || this.consents.has(`${key}/*`);
	}
}

/** An organization: its people, its apps and its Exchange Online. */
export class EntraTenant {
	readonly id: string = randomUUID();
	readonly users: EntraUser[] = [];
	readonly applications: EntraApplication[] = [];
	readonly exchange: ExchangeAccess;

	constructor(
		readonly name: string,
		readonly domain: string,
		readonly cloud: MicrosoftCloud,
	) {
		this.exchange = new ExchangeAccess((appId) => this.findApplication(appId));
	}

	addUser(upn: string): EntraUser {
		const user = { objectId: randomUUID(), upn };
		this.users.push(user);
		return user;
	}

	/** App registrations → New registration. */
	registerApplication(
		name: string,
		options: { readonly redirectUris?: readonly string[]; readonly isMultiTenant?: boolean } = {},
	): EntraApplication {
		const { redirectUris = [], isMultiTenant = false } = options;
		const application = new EntraApplication(name, redirectUris, isMultiTenant);
		this.applications.push(application);
		return application;
	}

	/** API permissions → Grant admin consent for the organization: all that the app has requested. */
	grantAdminConsent(application: EntraApplication): void {
		for (const { resource, type, name } of application.requested) {
			if (type === 'Application') application.grantedRoles.add(`${resource}/${name}`);
			else application.consents.add(`${resource}/${name}/*`);
		}
	}

	/** The column Status of API permissions. */
	statusOf(application: EntraApplication, { resource, type, name }: RequestedPermission): string {
		const isGranted =
			type === 'Application'
				? application.grantedRoles.has(`${resource}/${name}`)
				: application.consents.has(`${resource}/${name}/*`);
		return `${isGranted ? 'Granted' : 'Not granted'} for ${this.name}`;
	}

	findApplication(appId: string): EntraApplication | undefined {
		return this.applications.find((application) => application.appId === appId.toLowerCase());
	}

	findUser(upn: string): EntraUser | undefined {
		return this.users.find((user) => user.upn.toLowerCase() === upn.toLowerCase());
	}
}

/** All organizations of the sandbox. */
export class EntraDirectory {
	readonly tenants: EntraTenant[] = [];

	addTenant(name: string, domain: string, cloud: MicrosoftCloud = 'global'): EntraTenant {
		const tenant = new EntraTenant(name, domain, cloud);
		this.tenants.push(tenant);
		return tenant;
	}

	/** By ID or domain, at the sign-in host of its own cloud. */
	findTenant(idOrDomain: string, loginHost: string): EntraTenant | undefined {
		const wanted = idOrDomain.toLowerCase();
		return this.tenants.find(
			({ id, domain, cloud }) =>
				(id === wanted || domain === wanted) &&
				CLOUDS[cloud].loginHosts.some((host) => host === loginHost),
		);
	}
}
