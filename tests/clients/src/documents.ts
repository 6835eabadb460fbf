// The operations of the tests, typed by the code generator.
import { graphql } from "./gql";

export const ConversationQuery = graphql(`
  query Conversation($id: ID!) {
    conversation(id: $id) { id unreadCount other { id displayName } }
  }
`);

export const ProfileQuery = graphql(`
  query Profile($id: ID!) {
    profile(id: $id) { id displayName }
  }
`);

export const OwnProfileQuery = graphql(`
  query OwnProfile {
    viewer { profile { id displayName bio } }
  }
`);

export const UnreadQuery = graphql(`
  query Unread {
    viewer { unreadCount }
  }
`);

export const MessagesQuery = graphql(`
  query Messages($id: ID!, $first: Int!, $after: String) {
    conversation(id: $id) {
      id
      messages(first: $first, after: $after) {
        edges { cursor node { id text } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  }
`);

export const RenameMutation = graphql(`
  mutation Rename($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      __typename
      ... on UpdateProfileSuccess { profile { id displayName } }
      ... on Refusal { code message }
      ... on InvalidInput { fields { path code message } }
    }
  }
`);

export const SendMutation = graphql(`
  mutation Send($input: SendMessageInput!) {
    sendMessage(input: $input) {
      __typename
      ... on SendMessageSuccess { sentMessage { id text sentAt } }
      ... on Refusal { code message }
      ... on InvalidInput { fields { path code message } }
    }
  }
`);

export const EventsSubscription = graphql(`
  subscription Events($after: String) {
    events(after: $after) {
      __typename
      cursor
      ... on MessageSent { message { id text } conversation { id unreadCount } }
    }
  }
`);
