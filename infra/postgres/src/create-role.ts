import type { PoolClient } from "pg";

/**
 * Makes a role that nobody logs in as and that the connecting role may take on, without having its rights before it
 * does (INHERIT FALSE). Roles belong to the whole server: another database's session may make the same one at this
 * moment, where no advisory lock of this database reaches.
 */
export async function createRole(client: PoolClient, role: string): Promise<void> {
  await client.query(`
    set local createrole_self_grant = '';
    do $$ begin
      create role ${role} nologin;
    exception when duplicate_object or unique_violation then null;
    end $$;
    do $$ begin
      if not pg_has_role(current_user, '${role}', 'SET') then
        grant ${role} to current_user with inherit false, set true;
      end if;
    end $$;
  `);
}
