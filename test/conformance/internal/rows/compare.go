package rows

import "reflect"

// Difference names the rows by which two syncs differ, as `<table> <id>`.
type Difference struct {
	Missing []string `json:"missing"`
	Extra   []string `json:"extra"`
	Changed []string `json:"changed"`
}

// Compare says what `got` lacks, has on top, or holds otherwise than `want`.
func Compare(want, got *Rows) Difference {
	out := Difference{Missing: []string{}, Extra: []string{}, Changed: []string{}}
	compare(&out, "resource type ", want.ResourceTypes, got.ResourceTypes, func(t ResourceType) string { return t.ID })
	compare(&out, "resource ", want.Resources, got.Resources, func(r Resource) string { return r.Type + ":" + r.ID })
	compare(&out, "entitlement ", want.Entitlements, got.Entitlements, func(e Entitlement) string { return e.ID })
	compare(&out, "grant ", want.Grants, got.Grants, func(g Grant) string { return g.ID })
	return out
}

func compare[R any](out *Difference, table string, want, got []R, id func(R) string) {
	left := make(map[string]R, len(got))
	for _, row := range got {
		left[id(row)] = row
	}
	for _, row := range want {
		found, ok := left[id(row)]
		switch {
		case !ok:
			out.Missing = append(out.Missing, table+id(row))
		case !reflect.DeepEqual(row, found):
			out.Changed = append(out.Changed, table+id(row))
		}
		delete(left, id(row))
	}
	for _, row := range got {
		if _, ok := left[id(row)]; ok {
			out.Extra = append(out.Extra, table+id(row))
		}
	}
}
