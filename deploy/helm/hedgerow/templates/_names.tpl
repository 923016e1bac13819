{{- define "hedgerow.name" -}}
{{- if contains "hedgerow" .Release.Name -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{- else -}}{{ printf "%s-hedgerow" .Release.Name | trunc 50 | trimSuffix "-" }}{{- end -}}
{{- end -}}

{{- define "hedgerow.selector" -}}
app.kubernetes.io/name: hedgerow
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "hedgerow.labels" -}}
{{ include "hedgerow.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- /* Several replicas need one database that all of them reach: refuse anything else before it is installed. */ -}}
{{- define "hedgerow.check" -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.store.postgres.secret) -}}
{{- fail "replicas > 1 needs store.postgres.secret: a SQLite file serves one replica" -}}
{{- end -}}
{{- if and .Values.store.postgres.secret .Values.store.sqlite.enabled -}}
{{- fail "choose one store: set store.sqlite.enabled=false with store.postgres.secret" -}}
{{- end -}}
{{- if not (or .Values.store.postgres.secret .Values.store.sqlite.enabled) -}}
{{- fail "no store: set store.postgres.secret or store.sqlite.enabled" -}}
{{- end -}}
{{- if not .Values.sealingKey.secret -}}
{{- fail "sealingKey.secret is required: the Secret whose key seals stored credentials (openssl rand -base64 32)" -}}
{{- end -}}
{{- end -}}
