import type { EntraApplication } from './directory.js';

/**
 * What an Exchange administrator sets by PowerShell so that an application may send by SMTP
 * (https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth).
 */
export class ExchangeAccess {
	/** `-ObjectId` by `-AppId`. Exchange believes what it is told here. */
	readonly #servicePrincipals = new Map<string, string>();
	/** Mailboxes with full access, by `-ObjectId` of the service principal. */
	readonly #fullAccess = new Map<string, Set<string>>();

	constructor(private readonly findApplication: (appId: string) => EntraApplication | undefined) {}

	/**
	 * `New-ServicePrincipal -AppId … -ObjectId …`. The object ID has to be the enterprise
	 * application's; with the app registration's the command passes, but no sign-in does.
	 */
	newServicePrincipal(appId: string, objectId: string): void {
		if (!this.findApplication(appId)) throw new Error(`There is no application ${appId}`);
		this.#servicePrincipals.set(appId, objectId);
	}

	/** `Add-MailboxPermission -Identity … -User … -AccessRights FullAccess`. */
	addMailboxPermission(mailbox: string, servicePrincipal: string): void {
		const mailboxes = this.#fullAccess.get(servicePrincipal) ?? new Set();
		this.#fullAccess.set(servicePrincipal, mailboxes.add(mailbox.toLowerCase()));
	}

	/** The mailboxes that an application's token opens; none before it is registered here. */
	mailboxesOf(appId: string, objectId: string): readonly string[] {
		if (this.#servicePrincipals.get(appId) !== objectId) return [];
		return [...(this.#fullAccess.get(objectId) ?? [])];
	}
}
