-- Who may change a hook: whoever may call the API, or the service's configuration file alone.
ALTER TABLE hooks ADD COLUMN owner {text} NOT NULL DEFAULT 'api' CHECK (owner IN ('api', 'file'));
