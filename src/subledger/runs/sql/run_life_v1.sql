-- A run keeps what it was asked to do, moves only along its life cycle, and ends with no step open.
CREATE OR REPLACE FUNCTION run_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.company_id, OLD.definition_id, OLD.definition_version, OLD.kind, OLD.name, OLD.criteria, OLD.as_of,
        OLD.due_at, OLD.actor, OLD.created_at)
       IS DISTINCT FROM
       (NEW.company_id, NEW.definition_id, NEW.definition_version, NEW.kind, NEW.name, NEW.criteria, NEW.as_of,
        NEW.due_at, NEW.actor, NEW.created_at) THEN
        RAISE EXCEPTION 'run % keeps what it was asked to do', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_life';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('waiting', 'running'), ('waiting', 'paused'), ('waiting', 'cancelled'),
        ('running', 'paused'), ('running', 'cancelled'), ('running', 'completed'),
        ('running', 'completed_with_errors'), ('running', 'failed'),
        ('paused', 'waiting'), ('paused', 'cancelled')) THEN
        RAISE EXCEPTION 'a run does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_life';
    END IF;
    IF NEW.ended_at IS NOT NULL AND EXISTS (SELECT FROM runs_runstep WHERE run_id = NEW.id AND outcome = 'open') THEN
        RAISE EXCEPTION 'run % has open steps', OLD.id
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_life';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER run_life BEFORE UPDATE ON runs_run FOR EACH ROW EXECUTE FUNCTION run_life();

CREATE OR REPLACE FUNCTION run_definition_life() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'effective'), ('effective', 'not_effective'), ('not_effective', 'effective')) THEN
        RAISE EXCEPTION 'a run definition does not go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_definition_life';
    END IF;
    IF (OLD.company_id, OLD.kind) IS DISTINCT FROM (NEW.company_id, NEW.kind)
       OR (OLD.state = 'effective' AND (OLD.name, OLD.criteria, OLD.schedule)
                                       IS DISTINCT FROM (NEW.name, NEW.criteria, NEW.schedule)) THEN
        RAISE EXCEPTION 'an effective run definition says what it says'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'run_definition_life';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER run_definition_life BEFORE UPDATE ON runs_rundefinition
    FOR EACH ROW EXECUTE FUNCTION run_definition_life();
