/** A mailbox of the sandbox. */
export interface SandboxUser {
	/** Its address: the account of the OAuth2 server and the SASL user of the mail server. */
	readonly email: string;
	/** Asked for on the consent page when given; without it, choosing the account is enough. */
	readonly password?: string;
	/** Other addresses the mailbox may send as. */
	readonly sendAs?: readonly string[];
}

/** The mailboxes of a sandbox that is started without options. */
export const DEFAULT_USERS: readonly SandboxUser[] = [
	{ email: 'alice@sandbox.test', sendAs: ['support@sandbox.test'] },
	{ email: 'bob@sandbox.test' },
];

/** The user with that address, upper and lower case taken as one. */
export function findUser(users: readonly SandboxUser[], email: string): SandboxUser | undefined {
	return users.find((user) => user.email.toLowerCase() === email.toLowerCase());
}

/** Whether a mailbox may use an address as its sender. */
export function maySendAs(user: SandboxUser, address: string): boolean {
	const allowed = [user.email, ...(user.sendAs ?? [])];
	return allowed.some((own) => own.toLowerCase() === address.toLowerCase());
}
