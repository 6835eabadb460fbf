// What relay-compiler reads; the tests run the artifacts that it makes of it.
import { graphql } from "relay-runtime";

graphql`
  fragment documentsPerson on Profile @refetchable(queryName: "documentsPersonRefetchQuery") {
    id
    displayName
    availability
  }
`;

graphql`
  fragment documentsMessages on Conversation
  @refetchable(queryName: "documentsMessagesPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    messages(first: $count, after: $cursor) @connection(key: "documents_messages") {
      edges {
        node {
          id
          text
        }
      }
    }
  }
`;

graphql`
  query documentsConversationQuery($id: ID!) {
    conversation(id: $id) {
      id
      unreadCount
      other {
        ...documentsPerson
      }
      ...documentsMessages
    }
  }
`;

graphql`
  mutation documentsSendMutation($input: SendMessageInput!) {
    sendMessage(input: $input) {
      __typename
      ... on SendMessageSuccess {
        sentMessage {
          id
          text
          sentAt
        }
      }
      ... on Refusal {
        code
        message
      }
      ... on InvalidInput {
        fields {
          path
          message
        }
      }
    }
  }
`;

graphql`
  subscription documentsEventsSubscription($after: String) {
    events(after: $after) {
      __typename
      cursor
      ... on MessageSent {
        message {
          id
          text
        }
        conversation {
          id
          unreadCount
        }
      }
      ... on MatchMade {
        match {
          profile {
            ...documentsPerson
          }
        }
      }
    }
  }
`;
