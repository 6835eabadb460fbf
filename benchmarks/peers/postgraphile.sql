-- What PostGraphile serves: views that show what the viewer (a setting of the request's
-- transaction) may see, as its documentation recommends for authorization.
CREATE SCHEMA peers;

CREATE VIEW peers.profiles AS
SELECT profile_id, display_name, bio, pronouns, city, interests, languages
FROM public.profiles
WHERE may_see(profile_id);

CREATE VIEW peers.posts AS
SELECT post_id, author_id, content, created_at FROM public.posts
WHERE may_see(author_id);

CREATE VIEW peers.companions AS
SELECT companion_id, profile_id, kind, name FROM public.companions
WHERE may_see(profile_id);

CREATE VIEW peers.conversations AS
SELECT conversation_id, last_position::int FROM public.conversations AS c
WHERE ended_at IS NULL
AND EXISTS (SELECT FROM public.conversation_members AS m
    WHERE m.conversation_id = c.conversation_id AND m.profile_id = viewer_key)
AND NOT EXISTS (SELECT FROM public.conversation_members AS m
    WHERE m.conversation_id = c.conversation_id AND NOT may_see(m.profile_id));

-- Nobody reaches these two but through a conversation, which says whether it is open.
CREATE VIEW peers.conversation_members AS
SELECT conversation_id, profile_id, read_position::int, joined_at
FROM public.conversation_members;

CREATE VIEW peers.messages AS
SELECT message_id, conversation_id, sender_id, position::int, text, sent_at FROM public.messages;

CREATE FUNCTION peers.viewer() RETURNS peers.profiles LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.profiles WHERE profile_id = viewer_key
$$;

CREATE FUNCTION peers.profiles_feed(profile peers.profiles) RETURNS SETOF peers.posts
LANGUAGE sql STABLE AS $$
    SELECT * FROM peers.posts WHERE author_id IN (
        SELECT profile.profile_id UNION ALL
        SELECT second_id FROM public.matches
        WHERE first_id = profile.profile_id AND ended_at IS NULL UNION ALL
        SELECT first_id FROM public.matches
        WHERE second_id = profile.profile_id AND ended_at IS NULL)
    ORDER BY post_id DESC
$$;

COMMENT ON VIEW peers.profiles IS E'@primaryKey profile_id';
COMMENT ON VIEW peers.posts IS
    E'@primaryKey post_id\n@foreignKey (author_id) references peers.profiles (profile_id)|@fieldName author|@foreignFieldName posts';
COMMENT ON VIEW peers.companions IS
    E'@primaryKey companion_id\n@foreignKey (profile_id) references peers.profiles (profile_id)|@foreignSimpleFieldName companions|@behavior +list -connection';
COMMENT ON VIEW peers.conversations IS E'@primaryKey conversation_id';
COMMENT ON VIEW peers.conversation_members IS
    E'@primaryKey conversation_id,profile_id\n@foreignKey (profile_id) references peers.profiles (profile_id)|@fieldName profile\n@foreignKey (conversation_id) references peers.conversations (conversation_id)|@foreignFieldName members';
COMMENT ON VIEW peers.messages IS
    E'@primaryKey message_id\n@foreignKey (sender_id) references peers.profiles (profile_id)|@fieldName sender\n@foreignKey (conversation_id) references peers.conversations (conversation_id)|@foreignFieldName messages';
