// The application's own part of the snippets: what it does with what it is told.
import { Told } from "./setup";

export type LiveEvent = { __typename: string; cursor: string; message?: { text: string } };

export const told = new Told<LiveEvent>();
export const apply = told.add;
export const ended: string[] = [];
export const reloadTheScreen = () => ended.push("Gap");
export const subscribeAgainAfterAPause = () => ended.push("error");
export const showTheLogIn = () => ended.push("complete");
