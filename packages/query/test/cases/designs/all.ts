/** The five recorded designs. */
import type { Design } from "../support/design.ts"
import { accounts } from "./accounts.ts"
import { complaints } from "./complaints.ts"
import { deviceLog } from "./deviceLog.ts"
import { ecommerceOrders } from "./ecommerceOrders.ts"
import { sessions } from "./sessions.ts"

export const designs: ReadonlyArray<Design> = [accounts, complaints, deviceLog, ecommerceOrders, sessions]
