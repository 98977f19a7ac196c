-- Events about objects of one type, of one deed. A room that writes its rows by a function of its own calls this from
-- there: p_events is [{"type", "object_id", "data"}, …].
CREATE OR REPLACE FUNCTION events_write_v1(
    p_company bigint, p_at timestamptz, p_actor text, p_request text, p_object_type text, p_events json
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO platform_event (company_id, at, actor, request_id, type, object_type, object_id, data)
    SELECT p_company, p_at, p_actor, p_request, type, p_object_type, object_id, data
      FROM json_to_recordset(p_events) AS e(type text, object_id bigint, data jsonb);
END $$;
